import { z } from "zod";

/** The variables of media storage. */
export const storageVariables = {
  MEDIA_STORAGE: z.enum(["disk", "s3"]).default("disk"),
  /** For `disk`: shared by all instances. `media` in DATA_DIRECTORY unless set. */
  MEDIA_DIRECTORY: z.string().optional(),
  DATA_DIRECTORY: z.string().default(".data"),
  MEDIA_S3_BUCKET: z.string().optional(),
  MEDIA_S3_REGION: z.string().default("us-east-1"),
  /** Of a service other than AWS. The bucket is in the path. */
  MEDIA_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: "it must be an http or https address" }).optional(),
  MEDIA_S3_ACCESS_KEY_ID: z.string().optional(),
  MEDIA_S3_SECRET_ACCESS_KEY: z.string().optional(),
} as const;

/** The values of {@link storageVariables}. */
export type StorageEnv = z.infer<z.ZodObject<typeof storageVariables>>;
