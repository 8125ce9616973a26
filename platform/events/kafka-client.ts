import type { Kafka, Producer } from "kafkajs";
import { z } from "zod";
import { eventConsumers } from "#schema/events.ts";
import { flagVariable, listVariable } from "../config/env.ts";
import type { Log } from "../observability/log.ts";
import type { Consumer } from "./cloud-event.ts";

/** The variables of services with events, which go over Kafka when `KAFKA_BROKERS` is set. */
export const kafkaVariables = {
  /** Bootstrap servers, as host:port. */
  KAFKA_BROKERS: listVariable,
  /** The prefix of every topic and group, so that several shops can share a cluster. */
  KAFKA_PREFIX: z
    .string()
    .regex(/^[\w.-]{0,50}$/)
    .default("agora."),
  KAFKA_TLS: flagVariable.default(false),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
} as const;

/** Where the cluster is, and how its topics begin. */
export type KafkaOptions = {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly tls: boolean;
  readonly login?: { readonly username: string; readonly password: string } | undefined;
};

/** The `kafka` option of `startEvents` from the environment. */
export function kafkaOptions(env: {
  readonly KAFKA_BROKERS: readonly string[];
  readonly KAFKA_PREFIX: string;
  readonly KAFKA_TLS: boolean;
  readonly KAFKA_USERNAME?: string | undefined;
  readonly KAFKA_PASSWORD?: string | undefined;
}): KafkaOptions | undefined {
  const { KAFKA_BROKERS: brokers, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = env;
  if (brokers.length === 0) return undefined;
  const login = username === undefined || password === undefined ? undefined : { username, password };
  return { brokers, prefix: env.KAFKA_PREFIX, tls: env.KAFKA_TLS, login };
}

const connectTimeoutMs = 4_000;
const requestTimeoutMs = 10_000;
const pauseMsMin = 200;
const pauseMsMax = 5_000;
/** Every in-sync replica has a message before it counts as sent. */
export const allAcknowledge = -1;

/** The topics of a consumer: what it is sent, what it could not apply and tries again, and what was given up. */
export function topicNames(prefix: string, consumer: Consumer): { inbox: string; retry: string; dead: string } {
  const name = `${prefix}${consumer}`;
  return { inbox: `${name}.inbox`, retry: `${name}.retry`, dead: `${name}.dead` };
}

/** The subgraphs that receive events. */
export const kafkaConsumers: readonly Consumer[] = [...new Set(Object.values(eventConsumers).flat())];

/** Opens the client; kafkajs is loaded here and nowhere else, so that shops without Kafka do not pay for it. */
export async function openKafkaClient(options: KafkaOptions, clientId: string, log?: Log) {
  const { Kafka, logLevel } = await import("kafkajs");
  return new Kafka({
    clientId,
    brokers: [...options.brokers],
    ssl: options.tls,
    ...(options.login === undefined ? {} : { sasl: { mechanism: "scram-sha-512" as const, ...options.login } }),
    connectionTimeout: connectTimeoutMs,
    requestTimeout: requestTimeoutMs,
    retry: { initialRetryTime: pauseMsMin, maxRetryTime: pauseMsMax, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ log: { message } }) =>
        log?.warn({ from: "kafkajs" }, message),
  });
}

/** A producer. The partitioner is named because the client warns otherwise that its default has changed. */
export async function makeKafkaProducer(kafka: Kafka): Promise<Producer> {
  const { Partitioners } = await import("kafkajs");
  return kafka.producer({ allowAutoTopicCreation: true, createPartitioner: Partitioners.DefaultPartitioner });
}
