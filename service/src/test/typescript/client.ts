// A client generated from the API's document uses every operation, and each answer is checked by the schema that the document gives for it.
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import createClient, { type Middleware } from "openapi-fetch";
import document from "./openapi.json" with { type: "json" };
import type { components, paths } from "./schema.js";

declare const process: { argv: string[]; exit(code: number): never };

type Media = { schema: object };
type Operation = { operationId: string; responses: Record<string, { content?: Record<string, Media> }> };

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document as AnySchema, "api");
const seen = new Set<string>();

function check(condition: boolean, claim: string, found?: unknown): asserts condition {
  if (!condition) {
    throw new Error(`${claim}; found ${JSON.stringify(found)}`);
  }
}

const validated: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    const operations = (document.paths as Record<string, Record<string, unknown>>)[schemaPath];
    const operation = operations?.[request.method.toLowerCase()] as Operation | undefined;
    const name = `${request.method} ${schemaPath} ${response.status}`;
    const answer = operation?.responses[response.status];
    check(operation !== undefined && answer !== undefined, `${name} is in the document`, await response.clone().text());
    seen.add(operation.operationId);
    const type = response.headers.get("content-type")?.split(";")[0] ?? "";
    if (type === "") {
      check(answer.content === undefined, `${name} has a body`);
      return;
    }
    const media = Object.entries(answer.content ?? {}).find(([declared]) => declared.split(";")[0] === type)?.[1];
    check(media !== undefined, `${name} may be ${type}`, Object.keys(answer.content ?? {}));
    if (type.endsWith("json")) {
      const pointer = `#/paths/${schemaPath.replaceAll("~", "~0").replaceAll("/", "~1")}/${request.method.toLowerCase()}/responses/${response.status}/content/`
        + `${Object.keys(answer.content ?? {}).find((declared) => declared.split(";")[0] === type)?.replaceAll("/", "~1")}/schema`;
      const validate = ajv.getSchema(`api${encodeURI(pointer)}`);
      const body: unknown = await response.clone().json();
      check(validate !== undefined && validate(body) === true, `${name} is as the schema says`, { errors: validate?.errors, body });
    }
  },
};

const api = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
api.use(validated);

// What does not fit the document does not compile.
// @ts-expect-error a field that is unknown
const unknownField: components["schemas"]["SubmissionRequest"] = { runtime: "python", codes: "" };
// @ts-expect-error a limit that is unknown
const unknownLimit: components["schemas"]["SubmissionRequest"] = { limits: { gpus: 1 } };
// @ts-expect-error a file without its content
const noContent: components["schemas"]["FileContent"] = { path: "a" };
check([unknownField, unknownLimit, noContent].length === 3, "they are there");

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const found = await look();
    if (found !== undefined) {
      return found;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within 600 looks`);
}

// ---- runtimes, and a program that is waited for
const { data: offer } = await api.GET("/v1/runtimes");
const python = offer?.runtimes.find((runtime) => runtime.name === "python");
check(python?.ceilings.memoryBytes !== undefined, "there is Python, and it has a ceiling", offer);

const ran = await api.POST("/v1/executions", {
  body: {
    runtime: "python",
    code: "import sys; open('out.txt', 'w').write(sys.argv[1]); print(input()); sys.exit(3)",
    args: ["brought back"],
    stdin: "read\n",
    limits: { wallTimeMs: 30000, cpus: 0.5 },
    outputs: ["*.txt"],
  },
});
const result = ran.data as components["schemas"]["ResultView"] | undefined;
check(result?.outcome.kind === "exited" && result.outcome.exitCode === 3 && result.stdout === "read\n", "it ran", ran);
check(result.files[0]?.content === "brought back" && result.sandbox?.limits.cpus === 0.5, "with its file and its limits", result);

const events = await api.POST("/v1/executions", { headers: { Accept: "text/event-stream" }, body: { runtime: "python", code: "print(6 * 7)" }, parseAs: "text" });
check(String(events.data).includes("event:outcome"), "its events come", events);

// ---- refusals
const unknown = await api.POST("/v1/executions", { body: { runtime: "cobol", code: "" } });
check(unknown.error?.type === "/problems/unknown-runtime", "an unknown runtime is refused", unknown.error);
const invalid = await api.POST("/v1/executions", { body: { runtime: "python", code: "", limits: { pids: -1 } } });
check(invalid.error?.field === "limits.pids", "the field is named", invalid.error);

// ---- one that is not waited for
const accepted = await api.POST("/v1/executions", { params: { header: { Prefer: "respond-async" } }, body: { runtime: "python", code: "print('later')", labels: { for: "typescript" } } });
const id = (accepted.data as components["schemas"]["AcceptedView"] | undefined)?.id ?? "";
check(accepted.response.status === 202 && id !== "", "it is accepted", accepted);
const later = await until("its end", async () => {
  const { data } = await api.GET("/v1/executions/{id}", { params: { path: { id } } });
  return data?.state === "finished" ? data : undefined;
});
check((later as components["schemas"]["ResultView"]).stdout === "later\n", "its output is there", later);
const followed = await api.GET("/v1/executions/{id}/events", { params: { path: { id } }, parseAs: "text" });
check(String(followed.data).includes("later"), "its events are there", followed);
const listed = await api.GET("/v1/executions", { params: { query: { label: ["for:typescript"], state: "finished", limit: 1 } } });
check(listed.data?.executions[0]?.id === id, "it is in the list", listed);
const removed = await api.DELETE("/v1/executions/{id}", { params: { path: { id } } });
check(removed.response.status === 204, "it is removed", removed);
const gone = await api.GET("/v1/executions/{id}", { params: { path: { id } } });
check(gone.error?.type === "/problems/unknown-execution", "and gone", gone);

// ---- a batch, one of which is refused
const batch = await api.POST("/v1/executions/batch", { body: { executions: [{ runtime: "python", code: "print(1)" }, { runtime: "cobol", code: "" }] } });
check(batch.data?.accepted === 1 && batch.data.executions[1]?.rejected?.problem === "unknown-runtime", "each is answered", batch);
const batchId = batch.data.batchId;
await until("the batch's end", async () => {
  const { data } = await api.GET("/v1/executions/batch/{id}", { params: { path: { id: batchId } } });
  return data?.state === "finished" ? data : undefined;
});

// ---- secrets of functions
const secretName = { params: { path: { name: "TYPESCRIPT" } } };
check((await api.PUT("/v1/secrets/{name}", { ...secretName, body: { value: "shown to nobody" } })).response.status === 201, "a secret is stored");
check((await api.PUT("/v1/secrets/{name}", { ...secretName, body: { value: "nor this" } })).response.status === 204, "and another value of it");
const secretNames = await api.GET("/v1/secrets");
check(secretNames.data?.secrets.some((one) => one.name === "TYPESCRIPT") === true, "its name is listed", secretNames);
check((await api.DELETE("/v1/secrets/{name}", secretName)).response.status === 204, "it is deleted");

// ---- functions
const name = "typescript";
const stored = await api.PUT("/v1/functions/{name}", { params: { path: { name } }, body: { runtime: "python", code: "print(input())", description: "first" } });
check(stored.response.status === 201 && stored.data?.version === 1, "it is stored", stored);
const changed = await api.PUT("/v1/functions/{name}", { params: { path: { name }, header: { "If-Match": `"${stored.data.digest}"` } }, body: { runtime: "python", code: "print(input() * 2)" } });
check(changed.response.status === 200 && changed.data?.version === 2, "a change is another version", changed);
const lost = await api.PUT("/v1/functions/{name}", { params: { path: { name }, header: { "If-Match": `"${stored.data.digest}"` } }, body: { runtime: "python", code: "1" } });
check(lost.error?.type === "/problems/precondition-failed", "a lost update is refused", lost);
const called = await api.POST("/v1/functions/{function}/executions", { params: { path: { function: name } }, body: { input: 7 } });
const calledResult = called.data as components["schemas"]["ResultView"] | undefined;
check(calledResult?.stdout === "77\n" && calledResult.function?.version === 2, "it runs", called);
const named = await api.POST("/v1/executions", { body: { function: `${name}@1`, stdin: "7" } });
check((named.data as components["schemas"]["ResultView"] | undefined)?.stdout === "7\n", "a submission may name it", named);
const log = await until("its log", async () => {
  const { data } = await api.GET("/v1/functions/{function}/executions", { params: { path: { function: name } } });
  return data?.executions.length === 2 ? data : undefined;
});
check(log.lastHour.succeeded === 2 && (log.lastDay.latencyMs?.max ?? 0) > 0, "it is counted", log);
const versions = await api.GET("/v1/functions/{name}/versions", { params: { path: { name } } });
check(versions.data?.versions[0]?.version === 2 && versions.data.current === 2, "its versions are listed", versions);
const earlier = await api.GET("/v1/functions/{name}/versions/{version}", { params: { path: { name, version: "1" } } });
check(earlier.data?.description === "first", "and each is there", earlier);
const difference = await api.GET("/v1/functions/{name}/difference", { params: { path: { name }, query: { from: "1", to: "2" } } });
check(difference.data?.changes.some((change) => change.field === "code" && change.diff !== undefined) === true, "and compared", difference);
const rolledBack = await api.POST("/v1/functions/{name}/rollback", { params: { path: { name } }, body: { version: 1 } });
check(rolledBack.data?.version === 1, "an earlier one is back", rolledBack);
const found = await api.GET("/v1/functions/{name}", { params: { path: { name } } });
check(found.data?.description === "first", "and is what there is", found);
const functions = await api.GET("/v1/functions", { params: { query: { limit: 1 } } });
check(functions.data?.functions[0]?.name === name, "it is in the list", functions);
const scheduled = await api.PUT("/v1/functions/{name}", { params: { path: { name } }, body: { runtime: "python", code: "print(1)", schedule: { cron: "0 9 * * 1-5", timeZone: "Europe/Berlin" } } });
check(scheduled.data?.schedule?.next.length === 5, "its next due times are shown", scheduled);
const paused = await api.POST("/v1/functions/{function}/schedule/pause", { params: { path: { function: name } } });
check(paused.data?.status === "paused" && paused.data.next.length === 0, "its schedule is paused", paused);
const resumed = await api.POST("/v1/functions/{function}/schedule/resume", { params: { path: { function: name } } });
check(resumed.data?.status === "active", "and resumed", resumed);
const schedule = await api.GET("/v1/functions/{function}/schedule", { params: { path: { function: name } } });
check(schedule.data?.recent?.length === 0, "nothing was due yet", schedule);
const link = await api.POST("/v1/functions/{function}/link", { params: { path: { function: name } } });
check(link.data?.path.startsWith("/fn/") === true, "it has a secret link", link);
check((await api.DELETE("/v1/functions/{function}/link", { params: { path: { function: name } } })).response.status === 204, "the link is revoked");
check((await api.DELETE("/v1/functions/{name}", { params: { path: { name } } })).response.status === 204, "it is deleted");

// ---- webhooks
const secret = await api.POST("/v1/webhooks/secrets");
check(secret.data?.secret?.startsWith("whsec_") === true, "there is a secret", secret);
const secrets = await api.GET("/v1/webhooks/secrets");
check(secrets.data?.secrets.some((one) => one.id === secret.data?.id) === true, "it is listed", secrets);
const revoked = await api.DELETE("/v1/webhooks/secrets/{id}", { params: { path: { id: secret.data.id } } });
check(revoked.response.status === 204, "it is revoked", revoked);
const deliveries = await api.GET("/v1/webhooks/deliveries", { params: { query: { state: "failed" } } });
check(deliveries.data?.deliveries.length === 0, "nothing was delivered", deliveries);
const again = await api.POST("/v1/webhooks/deliveries/{id}/redeliver", { params: { path: { id: "none" } } });
check(again.error?.type === "/problems/unknown-delivery", "nor can be again", again);

// ---- runtimes with further packages
const opened = await api.POST("/v1/sessions", { body: { runtime: "python", ttlSeconds: 600, limits: { pids: 32 } } });
check(opened.data?.cells === true, "a session has cells", opened);
const session = { path: { id: opened.data?.id ?? "" } };
check((await api.GET("/v1/sessions")).data?.sessions.length === 1, "it is listed");
check((await api.GET("/v1/sessions/{id}", { params: session })).data?.id === opened.data?.id, "it is found");
check((await api.PATCH("/v1/sessions/{id}", { params: session, body: { ttlSeconds: 900 } })).data !== undefined, "its end is put off");
await api.POST("/v1/sessions/{id}/cells", { params: session, body: { code: "x = 20" } });
const cell = await api.POST("/v1/sessions/{id}/cells", { params: session, body: { code: "x + 1", timeoutMs: 60000 } });
check((cell.data as components["schemas"]["CellView"] | undefined)?.result?.data["text/plain"] === "21", "a cell finds what the one before has made", cell);
check((await api.POST("/v1/sessions/{id}/interrupt", { params: session })).data?.interrupted === false, "no cell runs");
const inSession = { session: opened.data?.id ?? "" };
const echoed = await api.POST("/v1/sessions/{session}/commands", { params: { path: inSession }, body: { line: "echo hello" } });
check((echoed.data as components["schemas"]["CommandView"] | undefined)?.stdout === "hello\n", "a command runs", echoed);
const started = await api.POST("/v1/sessions/{session}/commands", { params: { path: inSession }, body: { command: ["cat"], background: true, keepStdin: true } });
const command = { path: { ...inSession, command: (started.data as components["schemas"]["CommandView"] | undefined)?.id ?? 0 } };
check((await api.GET("/v1/sessions/{session}/commands", { params: { path: inSession } })).data?.commands.length === 1, "it is listed");
check((await api.POST("/v1/sessions/{session}/commands/{command}/input", { params: command, body: { eof: true } as never })).response.status === 204, "it is fed");
check((await api.GET("/v1/sessions/{session}/commands/{command}/events", { params: command, parseAs: "text" })).response.status === 200, "it is followed to its end");
check((await api.GET("/v1/sessions/{session}/commands/{command}", { params: command })).data?.outcome?.exitCode === 0, "it has ended");
check((await api.DELETE("/v1/sessions/{session}/commands/{command}", { params: command })).response.status === 200, "it is forgotten");
const file = { path: inSession, query: { path: "folder/file" } };
const written = await api.PUT("/v1/sessions/{session}/files", { params: file, body: "content", bodySerializer: (body) => body, headers: { "Content-Type": "application/octet-stream" } });
check(written.data?.sizeBytes === 7, "a file is written", written);
check((await api.GET("/v1/sessions/{session}/files", { params: file, parseAs: "text" })).data === "content", "and read");
check((await api.GET("/v1/sessions/{session}/entries", { params: { path: inSession, query: { path: "folder" } } })).data?.entries.length === 1, "and listed");
check((await api.POST("/v1/sessions/{session}/files", { params: { path: inSession }, body: { makeFolder: "other" } })).data?.type === "folder", "a folder is made");
check((await api.GET("/v1/sessions/{session}/watch", { params: { path: inSession, query: { path: "none" } }, parseAs: "text" })).response.status === 404, "what is not there is not watched");
check((await api.DELETE("/v1/sessions/{session}/files", { params: file })).response.status === 204, "a file is removed");
check((await api.DELETE("/v1/sessions/{id}", { params: session })).response.status === 204, "the session is closed");
check((await api.GET("/v1/sessions/{id}", { params: session })).error?.type === "/problems/session-ended", "and says so");
const refused = await api.POST("/v1/builds", { body: { name: "mine", from: "bash", dockerfile: "ARG BASE\nFROM ${BASE}\n" } });
check(refused.error?.type === "/problems/builds-unavailable", "a Dockerfile is not built unless the operator allows it", refused);
const builds = await api.GET("/v1/builds");
check(builds.data?.builds.length === 0, "there was no build", builds);
const build = { params: { path: { id: "none" } } };
check((await api.GET("/v1/builds/{id}", build)).error?.type === "/problems/unknown-build", "nor is there one");
check((await api.GET("/v1/builds/{id}/events", build)).response.status === 404, "nor a log of it");
check((await api.DELETE("/v1/builds/{id}", build)).error?.type === "/problems/unknown-build", "nor one to cancel");
const runtime = { params: { path: { name: "none" } } };
check((await api.POST("/v1/runtimes/{name}/rollback", runtime)).error?.type === "/problems/not-built", "nor one before it");
check((await api.DELETE("/v1/runtimes/{name}", runtime)).error?.type === "/problems/not-built", "nor one to remove");

// ---- where everything is
const start = await api.GET("/");
check(start.data?.links["executions"] === "/v1/executions", "the start page leads to the executions", start);

// ---- what runs
const info = await api.GET("/v1/info");
check(info.data?.replica !== undefined && info.data.version !== "", "it says what it is", info);
const own = await until("its second beat", async () => {
  const { data } = await api.GET("/v1/replicas");
  return data?.replicas.find((replica) => replica.name === info.data?.replica && replica.version !== undefined);
});
check(own.version === info.data.version && !own.draining, "it is among the replicas", own);

// ---- what problems mean
await api.GET("/problems", { parseAs: "text" });
await api.GET("/problems/{name}", { params: { path: { name: "unknown-runtime" } }, parseAs: "text" });

const all = Object.values(document.paths as Record<string, Record<string, Operation>>).flatMap((path) => Object.values(path)).map((operation) => operation.operationId);
const unused = all.filter((operation) => operation !== undefined && !seen.has(operation));
check(unused.length === 0, "every operation was used", unused);
console.log(`${seen.size} operations`);
