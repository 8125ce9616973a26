import { z } from "zod";
import type { EventType } from "#schema/events.ts";
import type { InternalKey, ServiceName } from "../auth/internal-tokens.ts";
import { crashPoint } from "../database/crash-point.ts";
import { type Db, type Tx, transaction } from "../database/database.ts";
import { readBody, sendJson } from "../http/http-server.ts";
import type { InternalRoute } from "../http/internal-route.ts";
import { makeServiceClient, type ServiceClient } from "../http/service-client.ts";
import type { Log } from "../observability/log.ts";
import { ApiError } from "../shop/api-error.ts";
import {
  type AnyEvent,
  type Consumer,
  type EventTransport,
  envelopeOf,
  parseEvent,
  type ReceivedEvent,
} from "./cloud-event.ts";
import { type InboxTable, type OutboxRow, type OutboxTable, recordReceived } from "./outbox.ts";
import { openRabbitTransport } from "./rabbitmq.ts";
import { ReceiverUnavailable, type RelayLimits, startRelay, startRetention } from "./relay.ts";

type Subgraph = Exclude<ServiceName, "gateway">;
/**
 * What a subgraph does with each event that it takes in, within one transaction that also notes the event as taken: it is done once, however
 * often the event comes. What is thrown rolls all of it back, and the event comes again.
 */
export type EventHandlers = {
  readonly [Type in EventType]?: (tx: Tx, event: ReceivedEvent<Type>) => Promise<void>;
};

/** A subgraph's part in the events. */
export type Events = {
  /** For `startSubgraph`: where the other subgraphs post their events. */
  readonly internalRoutes: Readonly<Record<string, InternalRoute>>;
  /** For `afterRequest`: events may have been written. */
  wake(): void;
  /** Lets what is under way end. */
  close(): Promise<void>;
};

/**
 * Starts a subgraph's sending of events from its outbox and its taking in of others' events. Over HTTP, or over RabbitMQ when `rabbitmq` is
 * given; what comes over HTTP is taken in either way, so that the two can be changed while events are under way.
 *
 * @param options.outbox left out by whoever sends no events.
 * @param options.inbox with `handlers`, left out by whoever takes none in.
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
  log: Log;
  limits?: Partial<RelayLimits>;
}): Promise<Events> {
  const { name, db, outbox, inbox, handlers = {}, log } = options;
  let woken = () => {};
  const receive = async (event: AnyEvent) => {
    if (inbox === undefined) throw new ApiError("BAD_REQUEST", "This subgraph takes in no events.");
    await receiveEvent(db, inbox, handlers, event);
    woken();
  };
  const transport =
    options.rabbitmq === undefined
      ? openHttpTransport(options.signer, options.addresses)
      : openRabbitTransport({ ...options.rabbitmq, name, receive: inbox === undefined ? undefined : receive, log });
  const relay =
    outbox === undefined
      ? undefined
      : startRelay({
          db,
          outbox,
          channel: "event",
          deliver: (row) => transport.send(consumerOf(row), envelopeOf(row, name)),
          log,
          ...(options.limits === undefined ? {} : { limits: options.limits }),
        });
  const forgetting = startRetention({ db, outbox, inbox, log });
  woken = () => relay?.wake();
  return {
    internalRoutes: inbox === undefined ? {} : { "POST /events": eventRoute(receive) },
    wake: woken,
    close: async () => {
      await relay?.close();
      await transport.close();
      await forgetting.close();
    },
  };
}

/** Applies an event once: its effect and the note that it was taken in are one transaction. */
export async function receiveEvent(
  db: Db,
  inbox: InboxTable,
  handlers: EventHandlers,
  event: AnyEvent,
): Promise<"applied" | "known"> {
  const handler = handlers[event.type];
  if (handler === undefined) throw new ApiError("BAD_REQUEST", "This subgraph takes in no such event.");
  crashPoint("inbox:before-transaction");
  const outcome = await transaction(db, async (tx) => {
    if (!(await recordReceived(tx, inbox, event.id, event.type))) return "known";
    // The type picks the handler and the data alike, which the compiler cannot follow through the table.
    await (handler as (tx: Tx, event: AnyEvent) => Promise<void>)(tx, event);
    return "applied";
  });
  crashPoint("inbox:after-transaction");
  return outcome;
}

const bodyBytesMax = 64 * 1024;

function eventRoute(receive: (event: AnyEvent) => Promise<void>): InternalRoute {
  return async (request, response, _url, call) => {
    const body = (await readBody(request, bodyBytesMax)).toString("utf8");
    await receive(parseEvent(body, call.issuer));
    sendJson(response, 200, {});
  };
}

const consumer = z.enum(["products", "orders"]);

function consumerOf(row: OutboxRow): Consumer {
  return consumer.parse(row.destination);
}

/** Statuses that say that the consumer could not look at the event at all. */
const awayStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

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
      if (awayStatuses.has(status)) throw new ReceiverUnavailable(`${destination} answered ${status}.`);
      if (status < 200 || status > 299) throw new Error(`${destination} answered ${status}.`);
    },
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
