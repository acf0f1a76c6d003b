import type { TokenStep } from "../scripted-as/token-step.ts";
import { type ExpectedTokenStep, listValues, type StepField, stepFields } from "./expected-step.ts";

type Step = TokenStep | ExpectedTokenStep;

const mostRows = 50;
const mostCharacters = 60;
const usualFields: readonly StepField[] = ["grant", "client", "subject", "audience", "outcome"];
// What a test puts into an audience or a client id by mistake: a JWT, or one of the server's own tokens.
const tokens = /\beyJ[\w-]+(?:\.[\w-]*)+|\b(?:opaque|refresh)-[0-9a-f-]{36}/g;

function toText(step: Step, field: StepField): string {
  const text = listValues(step, field).join(" ").replaceAll(tokens, "[a token]").replaceAll(/\s+/g, " ");
  if (text === "") return "–";
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** Lays cells out in columns; the first row is the head. */
function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** What a table shows beside the token requests. */
interface TableStyle {
  /** Marks the rows that have no partner. */
  readonly paired?: readonly boolean[] | undefined;
  readonly fields: readonly StepField[];
  /** What stands where nothing is said. */
  readonly unsaid: string;
}

function renderSteps(steps: readonly Step[], { paired, fields, unsaid }: TableStyle): string {
  const rows = steps.slice(0, mostRows).map((step, index) => {
    const mark = paired?.[index] === false ? "✗" : " ";
    const cells = fields.map((field) => (field in step ? toText(step, field) : unsaid));
    return [mark, String(index + 1), ...cells];
  });
  const more = steps.length > mostRows ? [`  … and ${steps.length - mostRows} more`] : [];
  return [...align([[" ", "#", ...fields], ...rows]), ...more].join("\n");
}

const isNamed = (steps: readonly Step[], field: StepField): boolean => steps.some((step) => field in step);

/** Shows token requests that came; those without a partner are marked. */
export function renderActual(steps: readonly TokenStep[], paired?: readonly boolean[]): string {
  if (steps.length === 0) return "  none";
  const isShown = (field: StepField): boolean =>
    usualFields.includes(field) || steps.some((step) => listValues(step, field).length > 0);
  return renderSteps(steps, { paired, fields: stepFields.filter(isShown), unsaid: "–" });
}

/** Shows token requests that were expected, in what was said of them; `*` stands for anything. */
export function renderExpected(steps: readonly ExpectedTokenStep[], paired?: readonly boolean[]): string {
  if (steps.length === 0) return "  none";
  const fields = stepFields.filter((field) => isNamed(steps, field));
  return renderSteps(steps, { paired, fields, unsaid: "*" });
}
