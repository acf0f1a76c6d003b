/** Where the sign-in page of one authorization request is. */
export function toSignInPath(uid: string): string {
  return `/sign-in/${uid}`;
}

/** Whether a path is that of a sign-in page. */
export function isSignInPath(path: string): boolean {
  return /^\/sign-in\/[\w-]+$/.test(path);
}
