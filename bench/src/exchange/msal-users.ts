/** How many users MSAL bears in a run of minutes: its look-up grows with them. */
export const mostMsalUsers = 100;
