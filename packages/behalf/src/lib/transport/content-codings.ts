import { Duplex, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { ZstdFrames } from "./zstd-frames.ts";

/** Opens what undoes one coding; the first byte of the coded body is given. */
export type OpenDecoder = (firstByte: number) => Duplex;

const maxCodings = 5;
const none: readonly OpenDecoder[] = [];

/** Some send it without the header of zlib that it is to have (RFC 9110 section 8.4.1.2). */
const openDeflate: OpenDecoder = (firstByte) =>
  (firstByte & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw();

/** Node has it since 22.15. */
const createZstd: unknown = "createZstdDecompress" in zlib ? zlib.createZstdDecompress : undefined;

/** `ZSTD_d_windowLogMax`: a window of 8 MB, which is all that a body may ask for (RFC 9659 section 3); Node's own is 128 MB. */
const zstdSettings = { params: { 100: 23 } };

function openZstd(create: (settings: typeof zstdSettings) => Transform): Duplex {
  const frames = new ZstdFrames();
  return Duplex.from({ writable: frames, readable: frames.pipe(create(zstdSettings)) });
}

function findOpener(coding: string): OpenDecoder | undefined {
  if (coding === "gzip" || coding === "x-gzip") return () => zlib.createGunzip();
  if (coding === "deflate") return openDeflate;
  if (coding === "br") return () => zlib.createBrotliDecompress();
  // Node documents it as a function that takes settings, and gives a transform stream.
  const hasZstd = typeof createZstd === "function";
  return coding === "zstd" && hasZstd ? () => openZstd((settings) => createZstd(settings) as Transform) : undefined;
}

/** The value of `Accept-Encoding` for who wants all that can be undone. */
export const acceptedCodings: string = ["gzip", "br", "deflate", "zstd"].filter(findOpener).join(", ");

const contentEncoding = "content-encoding";
const contentLength = "content-length";
const transferEncoding = "transfer-encoding";

const isNamed = (name: Buffer | undefined, wanted: string): boolean =>
  name?.length === wanted.length && name.toString("latin1").toLowerCase() === wanted;

/** What undici undoes itself; what it has nothing to undo for. */
const plainTransfers = new Set(["chunked", "identity"]);

const isOddTransfer = (name: Buffer | undefined, value: Buffer | undefined): boolean =>
  value?.length !== "chunked".length && isNamed(name, transferEncoding);

/**
 * Whether an answer says that its body is coded, or comes in an odd way. Names and values in turn; of almost all names, only the
 * length is looked at.
 */
export function isCoded(rawHeaders: readonly Buffer[]): boolean {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (isNamed(name, contentEncoding) || isOddTransfer(name, rawHeaders[index + 1])) return true;
  }
  return false;
}

function listValues(rawHeaders: readonly Buffer[], wanted: string): string[] {
  const values = rawHeaders.filter((_, index) => index % 2 === 1 && isNamed(rawHeaders[index - 1], wanted));
  const items = values.flatMap((value) => value.toString("latin1").toLowerCase().split(","));
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

/** Gives what undoes the codings of a body, the last one first; `undefined` where one is unknown, or there are too many. */
export function findDecoders(rawHeaders: readonly Buffer[]): readonly OpenDecoder[] | undefined {
  const transfers = listValues(rawHeaders, transferEncoding);
  if (transfers.some((name) => !plainTransfers.has(name))) return undefined;
  const codings = listValues(rawHeaders, contentEncoding).filter((name) => name !== "identity");
  if (codings.length === 0) return none;
  const decoders = codings.reverse().flatMap((coding) => findOpener(coding) ?? []);
  return decoders.length === codings.length && decoders.length <= maxCodings ? decoders : undefined;
}

/** The headers without those that tell of the coded body. */
export const withoutCoding = (rawHeaders: readonly Buffer[]): readonly Buffer[] =>
  rawHeaders.filter((_, index) => {
    const name = rawHeaders[index - (index % 2)];
    return !isNamed(name, contentEncoding) && !isNamed(name, contentLength);
  });
