/** The style of every page; its digest stands in the content security policy. */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #f3f4f7; --card: #fff; --text: #1b1f2a; --quiet: #5a6272; --line: #d8dce4;
  --accent: #3146c4; --hover: #eef0fb; --warn-ground: #fff6e0; --warn-line: #d99a1c; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14161d; --card: #1d2029; --text: #eceef4; --quiet: #a3abbb; --line: #363b49; --accent: #a7b4ff;
    --hover: #272c3d; --warn-ground: #322812; --warn-line: #d99a1c; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; box-shadow: 0 1rem 2.5rem rgb(20 25 50 / 8%); }
h1 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
p { margin: 0; }
.quiet { color: var(--quiet); }
.warning { margin-top: 1.25rem; padding: .625rem .875rem; background: var(--warn-ground);
  border-left: .25rem solid var(--warn-line); border-radius: .375rem; overflow-wrap: anywhere; }
ul { margin: 1.5rem 0 0; padding: 0; list-style: none; display: grid; gap: .625rem; }
button { width: 100%; display: flex; align-items: center; gap: .875rem; padding: .75rem .875rem; font: inherit;
  color: inherit; text-align: left; background: transparent; border: 1px solid var(--line); border-radius: .75rem;
  cursor: pointer; }
button:hover { background: var(--hover); border-color: var(--accent); }
button:focus-visible { outline: .1875rem solid var(--accent); outline-offset: .125rem; }
.initials { flex: none; width: 2.5rem; height: 2.5rem; display: grid; place-items: center; border-radius: 50%;
  background: var(--hover); color: var(--accent); font-weight: 600; }
.warning + p { margin-top: 1rem; }
.who { min-width: 0; overflow-wrap: anywhere; }
.who strong, .who span { display: block; }
.who span { font-size: .875rem; }
footer { margin-top: 1.5rem; font-size: .8125rem; }
code { font: .9em ui-monospace, monospace; }
`;
