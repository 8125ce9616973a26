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
  type Consumer,
  type EventTransport,
  envelopeOf,
  parseEvent,
  type ReceivedEvent,
} from "./cloud-event.ts";
import { openKafkaTransport } from "./kafka.ts";
import type { KafkaOptions } from "./kafka-client.ts";
import { type InboxTable, type OutboxRow, type OutboxTable, recordReceived } from "./outbox.ts";
import { openRabbitTransport } from "./rabbitmq.ts";
import { ReceiverUnavailable, type RelayLimits, startRelay, startRetention } from "./relay.ts";

type Subgraph = Exclude<ServiceName, "gateway">;
/**
 * A subgraph's handlers of the events that it receives. Each runs in the transaction that also records the event, so it takes effect once, however
 * often the event is delivered. An error rolls everything back, and the event is delivered again.
 */
export type EventHandlers = {
  readonly [Type in EventType]?: (tx: Tx, event: ReceivedEvent<Type>) => Promise<void>;
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
 * @param options.addresses of all instances of each consumer, by name.
 */
export async function startEvents(options: {
  name: Subgraph;
  db: Db;
  outbox?: OutboxTable;
  inbox?: InboxTable;
  handlers?: EventHandlers;
  signer: InternalKey;
  addresses: Partial<Record<Consumer, readonly URL[]>>;
  rabbitmq?: { url: string; prefix: string } | undefined;
  kafka?: KafkaOptions | undefined;
  tracing?: Tracing | undefined;
  log: Log;
  limits?: Partial<RelayLimits>;
}): Promise<Events> {
  const { name, db, outbox, inbox, handlers = {}, log } = options;
  let woken = () => {};
  const receive = async (event: AnyEvent) => {
    if (inbox === undefined) throw new ApiError("BAD_REQUEST", "This subgraph receives no events.");
    const context = {
      requestId: event.requestId ?? event.id,
      work: "message" as const,
      traceparent: event.traceparent,
      tracing: options.tracing,
    };
    await runInTrace(context, () =>
      inSpan(`receive ${event.type}`, { kind: "CONSUMER" }, () => receiveEvent(db, inbox, handlers, event)),
    );
    woken();
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
    internalRoutes: inbox === undefined ? {} : { "POST /events": eventRoute(receive) },
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
  if (rabbitmq !== undefined) return openRabbitTransport({ ...rabbitmq, name, receive, log });
  if (kafka !== undefined) return await openKafkaTransport({ ...kafka, name, receive, log });
  return openHttpTransport(options.signer, options.addresses);
}

/** Applies an event once: its effect and the record that it was received are one transaction. */
export async function receiveEvent(
  db: Db,
  inbox: InboxTable,
  handlers: EventHandlers,
  event: AnyEvent,
): Promise<"applied" | "duplicate"> {
  const handler = handlers[event.type];
  if (handler === undefined) throw new ApiError("BAD_REQUEST", "This subgraph does not receive this event.");
  crashPoint("inbox:before-transaction");
  const result = await transaction(db, async (tx) => {
    if (!(await recordReceived(tx, inbox, event.id, event.type))) return "duplicate";
    // The type selects both the handler and the data, which the compiler cannot follow.
    await (handler as (tx: Tx, event: AnyEvent) => Promise<void>)(tx, event);
    return "applied";
  });
  crashPoint("inbox:after-transaction");
  return result;
}

const bodyBytesMax = 64 * 1024;

function eventRoute(receive: (event: AnyEvent) => Promise<void>): InternalRoute {
  return async (request, response, _url, call) => {
    const body = decodeUtf8(await readBody(request, bodyBytesMax));
    await receive(parseEvent(body, call.issuer));
    sendJson(response, 200, {});
  };
}

const consumer = z.enum(["products", "orders"]);

function consumerOf(row: OutboxRow): Consumer {
  return consumer.parse(row.destination);
}

/** Statuses that mean that the consumer did not process the event at all. */
const unavailableStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

function openHttpTransport(signer: InternalKey, addresses: Partial<Record<Consumer, readonly URL[]>>): EventTransport {
  const clients = new Map<Consumer, ServiceClient>();
  const clientOf = (destination: Consumer) => {
    const address = addresses[destination];
    if (address === undefined) throw new Error(`The addresses of ${destination} are not set.`);
    const client = clients.get(destination) ?? makeServiceClient(signer, destination, address);
    clients.set(destination, client);
    return client;
  };
  return {
    send: async (destination, event) => {
      const status = await clientOf(destination)
        .post("/events", event)
        .catch((error: unknown) => {
          throw new ReceiverUnavailable(`${destination} cannot be reached.`, { cause: error });
        });
      if (unavailableStatuses.has(status)) throw new ReceiverUnavailable(`${destination} responded with ${status}.`);
      if (status < 200 || status > 299) throw new Error(`${destination} responded with ${status}.`);
    },
    deadLetters: async () => 0,
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
