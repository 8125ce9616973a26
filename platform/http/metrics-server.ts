import type { Log } from "../observability/log.ts";
import { type HttpServer, sendJson, serveHttp } from "./http-server.ts";

/**
 * Serves `/metrics` in Prometheus's text format, on a host and port of its own that need not be public.
 *
 * @param options.portName the environment variable that sets the port, for the error message.
 * @throws {Error} when the port is taken.
 */
export function serveMetrics(options: {
  read: () => Promise<string>;
  contentType: string;
  host: string;
  port: number;
  portName: string;
  log: Log;
}): Promise<HttpServer> {
  return serveHttp({
    host: options.host,
    port: options.port,
    portName: options.portName,
    onError: (error) => options.log.error({ err: error }, "Reading the metrics failed."),
    handler: async (request, response, url) => {
      if (url.pathname !== "/metrics" || request.method !== "GET") {
        return sendJson(response, 404, { errors: [{ message: "Not found. The metrics are at /metrics." }] });
      }
      const text = await options.read();
      response.writeHead(200, { "content-type": options.contentType });
      response.end(text);
    },
  });
}
