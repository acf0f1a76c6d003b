import { describeMatrix, forbidden } from "./describe-matrix.ts";
import { lifeSeconds, startScriptedMatrix } from "./scripted-matrix.ts";

describeMatrix({
  title: "the scripted authorization server",
  page: "scripted",
  empty: [forbidden],
  lifeSeconds,
  start: startScriptedMatrix,
});
