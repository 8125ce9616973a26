import { z } from "zod";

/** The variables of services with events, which go over RabbitMQ when `RABBITMQ_URL` is set, otherwise over HTTP. */
export const rabbitVariables = {
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /** The prefix of every exchange and queue, so that several shops can share a broker. */
  RABBITMQ_PREFIX: z
    .string()
    .regex(/^[\w.-]{0,50}$/)
    .default("agora."),
} as const;

/** The `rabbitmq` option of `startEvents` from the environment. */
export function rabbitOptions(env: {
  RABBITMQ_URL?: string | undefined;
  RABBITMQ_PREFIX: string;
}): { url: string; prefix: string } | undefined {
  return env.RABBITMQ_URL === undefined ? undefined : { url: env.RABBITMQ_URL, prefix: env.RABBITMQ_PREFIX };
}
