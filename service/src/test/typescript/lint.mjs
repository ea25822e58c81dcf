// Lints the API's document by the strictest set of rules that the linter has.
import { createConfig, lint } from "@redocly/openapi-core";

const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    "info-license": "off",
    // /executions/batch/{id} beside /executions/{id}/events: an id is never "batch"
    "no-ambiguous-paths": "off",
  },
});
const problems = await lint({ ref: process.argv[2], config });
for (const problem of problems) {
  console.log(`${problem.ruleId} ${problem.location[0]?.pointer}: ${problem.message}`);
}
process.exit(problems.length === 0 ? 0 : 1);
