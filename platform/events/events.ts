import DataLoader from "dataloader";
import { z } from "zod";
import type { EventType } from "#schema/events.ts";
import type { InternalKey, ServiceName } from "../auth/internal-tokens.ts";
import { crashPoint } from "../database/crash-point.ts";
import { type Db, type Tx, transaction } from "../database/database.ts";
import { readBody, sendJson } from "../http/http-server.ts";
import type { InternalRoute } from "../http/internal-route.ts";
import { makeServiceClient, type ServiceClient } from "../http/service-client.ts";
import { decodeUtf8 } from "../http/utf8.ts";
import type { Log } from "../observability/log.ts";
import { inSpan, runInTrace } from "../observability/trace-context.ts";
import type { Tracing } from "../observability/tracing.ts";
import { ApiError } from "../shop/api-error.ts";
import {
  type AnyEvent,
  type CloudEvent,
  type Consumer,
  type EventTransport,
  envelopeOf,
  parseEvents,
  type ReceivedEvent,
} from "./cloud-event.ts";
import type { KafkaOptions } from "./kafka-client.ts";
import { type InboxTable, type OutboxRow, type OutboxTable, recordReceived } from "./outbox.ts";
import { ReceiverUnavailable, type RelayLimits, startRelay, startRetention } from "./relay.ts";

type Subgraph = Exclude<ServiceName, "gateway">;
/**
 * A subgraph's handlers of the events that it receives. Each runs in the transaction that also records the event, so it takes effect once, however
 * often the event is delivered. An error rolls everything back, and the event is delivered again.
 */
export type EventHandlers = {
  readonly [Type in EventType]?: (tx: Tx, event: ReceivedEvent<Type>) => Promise<void>;
};

/** Events that take effect together where they arrive together, in one transaction. */
export type EventBatches = {
  readonly types: readonly EventType[];
  /** Locks what the handlers of several events are going to change, in an order that all transactions keep. */
  readonly lock?: (tx: Tx, events: readonly AnyEvent[]) => Promise<void>;
};

/** A subgraph's sending and receiving of events. */
export type Events = {
  /** For `startSubgraph`: the route to which other subgraphs post their events. */
  readonly internalRoutes: Readonly<Record<string, InternalRoute>>;
  /** For `afterRequest`: sends events that were written, without waiting for the next poll. */
  wake(): void;
  /** The number of events for this subgraph that a broker gave up delivering; 0 without a broker. */
  deadLetters(): Promise<number>;
  /** Waits for what is in progress. */
  close(): Promise<void>;
};

/**
 * Starts sending a subgraph's events from its outbox and receiving events of others: over HTTP, or over RabbitMQ or Kafka when that is given. Events over
 * HTTP are received either way, so that the transport can be changed while events are in flight.
 *
 * @param options.outbox omitted by subgraphs that send no events.
 * @param options.inbox with `handlers`; omitted by subgraphs that receive none.
 * @param options.batches the events that are applied together; each has its own transaction unless given.
 * @param options.addresses of all instances of each consumer, by name.
 */
export async function startEvents(options: {
  name: Subgraph;
  db: Db;
  outbox?: OutboxTable;
  inbox?: InboxTable;
  handlers?: EventHandlers;
  batches?: EventBatches;
  signer: InternalKey;
  addresses: Partial<Record<Consumer, readonly URL[]>>;
  rabbitmq?: { url: string; prefix: string } | undefined;
  kafka?: KafkaOptions | undefined;
  tracing?: Tracing | undefined;
  log: Log;
  limits?: Partial<RelayLimits>;
}): Promise<Events> {
  const { name, db, outbox, inbox, handlers = {}, batches, log } = options;
  let woken = () => {};
  const receive = async (...events: AnyEvent[]) => {
    if (inbox === undefined) throw new ApiError("BAD_REQUEST", "This subgraph receives no events.");
    await receiveEvents({ db, inbox, handlers, tracing: options.tracing, lock: batches?.lock }, events);
    woken();
  };
  const receiveAll = async (events: readonly AnyEvent[]) => {
    const together = events.filter(({ type }) => batches?.types.includes(type) === true);
    if (together.length > 0) await receive(...together);
    for (const event of events) if (!together.includes(event)) await receive(event);
  };
  const transport = await openTransport(options, inbox === undefined ? undefined : receive);
  const relay =
    outbox === undefined
      ? undefined
      : startRelay({
          db,
          outbox,
          channel: "event",
          deliver: (row) => transport.send(consumerOf(row), envelopeOf(row, name)),
          tracing: options.tracing,
          log,
          ...(options.limits === undefined ? {} : { limits: options.limits }),
        });
  const retention = startRetention({ db, outbox, inbox, log });
  woken = () => relay?.wake();
  return {
    internalRoutes: inbox === undefined ? {} : { "POST /events": eventRoute(receiveAll) },
    wake: woken,
    deadLetters: transport.deadLetters,
    close: async () => {
      await relay?.close();
      await transport.close();
      await retention.close();
    },
  };
}

async function openTransport(
  options: Parameters<typeof startEvents>[0],
  receive: ((event: AnyEvent) => Promise<void>) | undefined,
): Promise<EventTransport> {
  const { name, log, rabbitmq, kafka } = options;
  if (rabbitmq !== undefined && kafka !== undefined) {
    throw new Error(
      "The environment variables RABBITMQ_URL and KAFKA_BROKERS are both set: events travel one way only.",
    );
  }
  // A broker's client is loaded only where it is used.
  if (rabbitmq !== undefined) {
    const { openRabbitTransport } = await import("./rabbitmq.ts");
    return openRabbitTransport({ ...rabbitmq, name, receive, log });
  }
  if (kafka !== undefined) {
    const { openKafkaTransport } = await import("./kafka.ts");
    return await openKafkaTransport({ ...kafka, name, receive, log });
  }
  return openHttpTransport(options.signer, options.addresses);
}

/** What events are received with. */
export type Receiver = {
  readonly db: Db;
  readonly inbox: InboxTable;
  readonly handlers: EventHandlers;
  readonly lock?: EventBatches["lock"];
  readonly tracing?: Tracing | undefined;
};

/** Applies events once, all or none: their effects and the record that they were received are one transaction. Returns those not received before. */
export async function receiveEvents(
  { db, inbox, handlers, lock, tracing }: Receiver,
  events: readonly AnyEvent[],
): Promise<readonly AnyEvent[]> {
  if (events.some(({ type }) => handlers[type] === undefined)) {
    throw new ApiError("BAD_REQUEST", "This subgraph does not receive this event.");
  }
  const onBehalfOf = <Result>(event: AnyEvent, work: () => Promise<Result>): Promise<Result> => {
    const { requestId = event.id, traceparent } = event;
    return runInTrace({ requestId, traceparent, tracing, work: "message" }, () =>
      inSpan(`receive ${event.type}`, { kind: "CONSUMER" }, work),
    );
  };
  const [only] = events.length === 1 ? events : [];
  const apply = async (tx: Tx, event: AnyEvent) => {
    // The type selects both the handler and the data, which the compiler cannot follow.
    const handler = handlers[event.type] as (tx: Tx, event: AnyEvent) => Promise<void>;
    await (only === undefined ? onBehalfOf(event, () => handler(tx, event)) : handler(tx, event));
  };
  const receive = async () => {
    const applied = await transaction(db, async (tx) => {
      const recorded = await recordReceived(tx, inbox, events);
      // An event may also arrive twice at once.
      const fresh = events.filter(({ id }) => recorded.delete(id)).sort(bySubject);
      if (fresh.length > 1) await lock?.(tx, fresh);
      for (const event of fresh) await apply(tx, event);
      return fresh;
    });
    return applied;
  };
  crashPoint("inbox:before-transaction");
  const applied = await (only === undefined ? receive() : onBehalfOf(only, receive));
  crashPoint("inbox:after-transaction");
  return applied;
}

/** Transactions with several events lock their subjects in the same order. */
function bySubject(one: AnyEvent, other: AnyEvent): number {
  if (one.subject === other.subject) return one.sequence - other.sequence;
  return one.subject < other.subject ? -1 : 1;
}

const bodyBytesMax = 1024 * 1024;

/** Receives a CloudEvent, or a JSON array of them. */
function eventRoute(receive: (events: readonly AnyEvent[]) => Promise<void>): InternalRoute {
  return async (request, response, _url, call) => {
    const body = decodeUtf8(await readBody(request, bodyBytesMax));
    await receive(parseEvents(body, call.issuer));
    sendJson(response, 200, {});
  };
}

const consumer = z.enum(["products", "orders"]);

function consumerOf(row: OutboxRow): Consumer {
  return consumer.parse(row.destination);
}

/** Statuses that mean that the consumer did not process the event at all. */
const unavailableStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const eventsPerRequestMax = 20;

/** Sends events that leave at the same time in one request, and one by one if it is rejected, so that each has its own result. */
function openHttpTransport(signer: InternalKey, addresses: Partial<Record<Consumer, readonly URL[]>>): EventTransport {
  const clients = new Map<Consumer, ServiceClient>();
  const clientOf = (destination: Consumer) => {
    const address = addresses[destination];
    if (address === undefined) throw new Error(`The addresses of ${destination} are not set.`);
    const client = clients.get(destination) ?? makeServiceClient(signer, destination, address);
    clients.set(destination, client);
    return client;
  };
  const post = async (destination: Consumer, body: CloudEvent | readonly CloudEvent[]) => {
    const status = await clientOf(destination)
      .post("/events", body)
      .catch((error: unknown) => {
        throw new ReceiverUnavailable(`${destination} cannot be reached.`, { cause: error });
      });
    if (unavailableStatuses.has(status)) throw new ReceiverUnavailable(`${destination} responded with ${status}.`);
    if (status < 200 || status > 299) throw new Error(`${destination} responded with ${status}.`);
  };
  const sendAll = async (destination: Consumer, events: readonly CloudEvent[]): Promise<(true | Error)[]> => {
    const resultOf = (body: CloudEvent | readonly CloudEvent[]) =>
      post(destination, body).then(
        () => true as const,
        (error: Error) => error,
      );
    const [first] = events;
    if (events.length === 1 && first !== undefined) return [await resultOf(first)];
    const result = await resultOf(events);
    const isRejected = result !== true && !(result instanceof ReceiverUnavailable);
    return isRejected ? Promise.all(events.map(resultOf)) : events.map(() => result);
  };
  const sends = new DataLoader<{ destination: Consumer; event: CloudEvent }, true>(
    async (sent) => {
      const results = new Map<CloudEvent, true | Error>();
      await Promise.all(
        Array.from(
          Map.groupBy(sent, ({ destination }) => destination),
          async ([destination, group]) => {
            const events = group.map(({ event }) => event);
            for (const [index, result] of (await sendAll(destination, events)).entries()) {
              const event = events[index];
              if (event !== undefined) results.set(event, result);
            }
          },
        ),
      );
      return sent.map(({ event }) => results.get(event) ?? new Error("An event was not sent."));
    },
    { cache: false, maxBatchSize: eventsPerRequestMax },
  );
  return {
    send: async (destination, event) => {
      await sends.load({ destination, event });
    },
    deadLetters: async () => 0,
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
