import { z } from "zod";
import { type EventData, type EventType, type eventConsumers, eventData, eventSenders } from "#schema/events.ts";
import { type Subgraph, subgraphs } from "#schema/subgraphs.ts";
import type { ServiceName } from "../auth/internal-tokens.ts";
import { currentTrace } from "../observability/trace-context.ts";
import { ApiError } from "../shop/api-error.ts";
import type { OutboxRow } from "./outbox.ts";

/** A subgraph that receives events. */
export type Consumer = (typeof eventConsumers)[EventType][number];

/** An event as its consumer receives it. */
export type ReceivedEvent<Type extends EventType> = {
  /** The same on every delivery, and for every consumer. */
  readonly id: string;
  readonly type: Type;
  /** The id of the entity that it is about. */
  readonly subject: string;
  /** Counts the events of `subject`. They are delivered in any order: never apply an older one over a newer one. */
  readonly sequence: number;
  readonly time: Date;
  readonly data: EventData<Type>;
  /** The request that caused it, and its span, where the sender knew them. */
  readonly requestId?: string | undefined;
  readonly traceparent?: string | undefined;
};

/** Carries CloudEvents to their consumers. */
export type EventTransport = {
  /** Resolves once the consumer or the broker has stored the event. @throws {ReceiverUnavailable} when it cannot be reached. */
  send(destination: Consumer, event: CloudEvent): Promise<void>;
  /** The number of dead letters of this subgraph that the broker holds; 0 without one. */
  deadLetters(): Promise<number>;
  close(): Promise<void>;
};

const cloudEvent = z.object({
  specversion: z.literal("1.0"),
  id: z.uuid(),
  source: z.enum(subgraphs.map((subgraph) => `/${subgraph}` as const)),
  type: z.enum(Object.keys(eventData) as [EventType, ...EventType[]]),
  subject: z.uuid(),
  time: z.iso.datetime(),
  datacontenttype: z.literal("application/json"),
  sequence: z.string().regex(/^\d{1,15}$/),
  sequencetype: z.literal("Integer"),
  data: z.record(z.string(), z.unknown()),
  requestid: z.string().max(200).optional(),
  traceparent: z.string().max(100).optional(),
});

/** A CloudEvent 1.0 in its JSON format, with the extensions `sequence` and distributed tracing, and our own `requestid`. */
export type CloudEvent = z.infer<typeof cloudEvent>;

/** An event of any type. */
export type AnyEvent = { [Type in EventType]: ReceivedEvent<Type> }[EventType];

/**
 * Parses a CloudEvent and checks it against the contract.
 *
 * @throws {ApiError} BAD_REQUEST when it is not an event of the contract, FORBIDDEN when its sender may not send it.
 */
export function parseEvent(text: string, sender?: ServiceName): AnyEvent {
  return readEvent(parseJson(text), sender);
}

/** Parses a CloudEvent or a JSON array of them, as {@link parseEvent} does. */
export function parseEvents(text: string, sender: ServiceName): AnyEvent[] {
  const parsed = parseJson(text);
  return (Array.isArray(parsed) ? parsed : [parsed]).map((event: unknown) => readEvent(event, sender));
}

function readEvent(json: unknown, sender: ServiceName | undefined): AnyEvent {
  const envelope = cloudEvent.safeParse(json);
  if (!envelope.success) throw new ApiError("BAD_REQUEST", "This is not a known event.", {}, envelope.error);
  const { id, type, subject, sequence, time, source, requestid: requestId, traceparent } = envelope.data;
  if (source !== `/${eventSenders[type]}` || (sender ?? eventSenders[type]) !== eventSenders[type]) {
    throw new ApiError("FORBIDDEN", "The sender may not send this event.");
  }
  const data = eventData[type].safeParse(envelope.data.data);
  if (!data.success) throw new ApiError("BAD_REQUEST", "The event's data is invalid.", {}, data.error);
  return {
    id,
    type,
    subject,
    sequence: Number(sequence),
    time: new Date(time),
    data: data.data,
    requestId,
    traceparent,
  } as AnyEvent;
}

/** The CloudEvent of an outbox row. */
export function envelopeOf(row: OutboxRow, sender: Subgraph): CloudEvent {
  return cloudEvent.parse({
    specversion: "1.0",
    id: row.messageId,
    source: `/${sender}`,
    type: row.topic,
    subject: row.subject,
    time: row.createdAt.toISOString(),
    datacontenttype: "application/json",
    sequence: String(row.sequence),
    sequencetype: "Integer",
    data: row.payload,
    ...traceAttributes(),
  });
}

/** The relay's span rather than the row's own: the consumer's span is its child. */
function traceAttributes(): Pick<CloudEvent, "requestid" | "traceparent"> {
  const trace = currentTrace();
  return { requestid: trace?.requestId, traceparent: trace?.traceparent };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError("BAD_REQUEST", "The event must be JSON.", {}, error);
  }
}
