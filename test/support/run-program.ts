import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The root of the workspace, with a slash at the end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** What a program did. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, in the root of the workspace unless another folder is given. Its failure is a result. */
export function runProgram(program: string, args: readonly string[], cwd: string = root): Promise<ProgramResult> {
  const options = { cwd, shell: process.platform === "win32", maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error ? Number(error.code) || 1 : 0;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs JavaScript in a Node process of its own. */
export function runNode(args: readonly string[], cwd?: string): Promise<ProgramResult> {
  return runProgram(process.execPath, args, cwd);
}

/** Runs a program and gives its standard output; throws what it said if it failed. */
export async function readOutput(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} failed with ${code}\n${stdout}${stderr}`);
  return stdout;
}
