import { createHash } from "node:crypto";
import type { StoreScript } from "./redis-connection.ts";

const toScript = (lua: string): StoreScript => ({ lua, sha1: createHash("sha1").update(lua).digest("hex") });

// The clock of the server: those of the processes differ.
const readNow = `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
const dropPast = `redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)`;

/** Gives the text. A script, for a client may send a plain GET to a replica, which can be behind. */
export const readScript: StoreScript = toScript("return redis.call('GET', KEYS[1])");

/** Gives the milliseconds that are left; -2 where there is nothing, and -1 where it lives for ever. */
export const lifeScript: StoreScript = toScript("return redis.call('PTTL', KEYS[1])");

/** Values: the text, its life, and the expected text unless none is expected. Gives 1 if it was kept. */
export const replaceScript: StoreScript = toScript(`
if redis.call('GET', KEYS[1]) ~= (ARGV[3] or false) then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1`);

/** Values: the expected text. Gives 1 if it was removed. */
export const removeScript: StoreScript = toScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/**
 * Values: the member and its life. A member that is there already keeps the longer of both.
 *
 * What a full server would refuse comes first: once a script has written, it takes everything.
 */
export const enlistScript: StoreScript = toScript(`
${readNow}
local ends = now + ARGV[2]
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not known or tonumber(known) < ends then redis.call('ZADD', KEYS[1], ends, ARGV[1]) end
${dropPast}
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return redis.call('PEXPIREAT', KEYS[1], last[2])`);

/** Gives the members. */
export const listScript: StoreScript = toScript(`
${readNow}
${dropPast}
return redis.call('ZRANGE', KEYS[1], 0, -1)`);
