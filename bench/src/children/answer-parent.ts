/** Answers every message of the parent process with what `answer` gives for it; ends with the parent. */
export function answerParent<question>(answer: (question: question) => Promise<unknown>): void {
  process.once("disconnect", () => process.exit());
  process.on("message", async (message) => {
    const question: question = JSON.parse(String(message));
    process.send?.(JSON.stringify(await answer(question)));
  });
}
