import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// Stands for a service of the shop in the launcher's tests: it takes its port from the environment, reports its process
// number, responds slowly when asked to (the head at once), drains on SIGTERM and ends with the launcher.

const name = /internal-([a-z]+)\.json$/.exec(process.env.INTERNAL_KEY ?? "")?.[1] ?? "";
if (process.env.BROKEN_SERVICE === name) throw new Error(`${name} is broken`);

const server = createServer(async (request, response) => {
  const [, slowMs] = /^\/slow\/(\d+)$/.exec(request.url ?? "") ?? [];
  response.setHeader("connection", "close");
  if (slowMs !== undefined) {
    response.flushHeaders();
    await sleep(Number(slowMs));
  }
  const databases = Object.keys(process.env).filter((variable) => variable.endsWith("_DATABASE_URL"));
  response.end(JSON.stringify({ pid: process.pid, databases }));
});
server.listen(Number(process.env[`${name.toUpperCase()}_PORT`]), "127.0.0.1");

const end = () => server.close(() => process.exit(0));
process.on("SIGTERM", end);
process.on("disconnect", end);
