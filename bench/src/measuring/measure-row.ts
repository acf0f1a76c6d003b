// A program: one row in a process of its own, so that no row runs on code that was compiled for another.
import { answerParent } from "../children/answer-parent.ts";
import { findRow } from "../find-row.ts";
import type { Site } from "../site/site.ts";
import { drive, type Load } from "./drive.ts";
import { openChecked } from "./open-checked.ts";

const [, , name = "", siteText = ""] = process.argv;
const site: Site = JSON.parse(siteText);
const opened = openChecked(findRow(name), site);

answerParent<Load>(async (load) => {
  const { call } = await opened;
  return drive(call, load);
});
