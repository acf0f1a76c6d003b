import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./workspace.mjs";

/** Where packages are unpacked that are not installed; the tests look there too. */
const unpacked = join(root, "node_modules/.cache/debian");

/** @typedef {{ package: string, program: string, tests: string, required: boolean }} Need */

/** What the tests start, beside what npm installs. Redis has to be there in CI; Valkey is in newer releases of Debian only. */
/** @type {readonly Need[]} */
const needs = [
  { package: "redis-server", program: "redis-server", tests: "the shared store with Redis", required: true },
  { package: "valkey-server", program: "valkey-server", tests: "the shared store with Valkey", required: false },
];

/** @param {string} program */
function isThere(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), join(unpacked, "usr/bin")];
  return folders.some((folder) => existsSync(join(folder, program)));
}

/**
 * Runs a program without showing what it says.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} [options]
 */
function run(program, args, options) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", env, ...options });
  return { done: status === 0, output: String(stdout ?? "") };
}

/**
 * Keeps what is installed from starting a service, for as long as the work lasts: a package asks this file first.
 *
 * @template value
 * @param {() => value} work
 * @returns {value}
 */
function withoutServices(work) {
  const policy = "/usr/sbin/policy-rc.d";
  if (existsSync(policy)) return work();
  writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return work();
  } finally {
    rmSync(policy);
  }
}

/** @param {string} name */
function install(name) {
  const args = ["install", "-y", "-qq", "--no-install-recommends", name];
  return withoutServices(
    () => run("apt-get", args).done || (run("apt-get", ["update", "-qq"]).done && run("apt-get", args).done),
  );
}

/** Finds where this machine has its Debian packages from, and the name of its release. */
function readDebian() {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const codename = /^ID=debian$/m.test(release) && /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (!codename) return undefined;
  const { output } = run("apt-get", ["indextargets", "--format", "$(SITE) $(CODENAME)", "Created-By: Packages"]);
  const site = output
    .split("\n")
    .find((line) => line.endsWith(` ${codename}`))
    ?.split(" ")[0];
  return site ? { site, codename } : undefined;
}

/**
 * Unpacks a package of Debian's backports in a folder of this project. Nothing of the machine changes: no source is added to
 * it, nothing is installed, no service is started.
 *
 * @param {readonly string[]} names
 */
function unpackBackport(names) {
  const debian = readDebian();
  if (!debian) return false;
  const folder = join(unpacked, "apt");
  for (const part of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(folder, part), { recursive: true });
  const sources = join(folder, "sources.list");
  const keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  writeFileSync(sources, `deb [signed-by=${keys}] ${debian.site} ${debian.codename}-backports main\n`);
  const settings = {
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": join(folder, "cache"),
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  if (!run("apt-get", [...options, "update", "-qq"]).done) return false;
  if (!run("apt-get", [...options, "download", "-qq", ...names], { cwd: folder }).done) return false;
  return run("sh", ["-c", `for file in *.deb; do dpkg -x "$file" "$0" || exit 1; done`, unpacked], { cwd: folder })
    .done;
}

/**
 * Gets a package, or tells why it cannot be had.
 *
 * @param {Need} need
 */
function obtain({ package: name, program, required }) {
  if (!run("apt-get", ["--version"]).done) return "there is no apt-get";
  const isRoot = process.getuid?.() === 0;
  if (isRoot && install(name) && isThere(program)) return undefined;
  if (!required && unpackBackport([name, name.replace("server", "tools")]) && isThere(program)) return undefined;
  return isRoot ? "it could not be installed" : "only root can install it";
}

/** Installs the Debian packages that the tests need, where that is possible, and says what is skipped where it is not. */
export function ensureDebianPackages() {
  for (const need of needs.filter(({ program }) => !isThere(program))) {
    console.log(`installing ${need.package}…`);
    const reason = obtain(need);
    if (reason === undefined) continue;
    const consequence = need.required && process.env.CI ? "fail" : "are skipped";
    console.log(
      `${need.package} is missing (${reason}): the tests of ${need.tests} ${consequence}. Install it to run them.`,
    );
  }
}
