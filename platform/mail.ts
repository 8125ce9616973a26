/** A mail ready to leave. */
export type Mail = {
  /** Without angle brackets; the same on every repeat. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

/** Sends mail: over SMTP, or into a folder when no SMTP server is set. */
export type Mailer = {
  /** Resolves once the server, or the disk, has taken it. */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
};
