/** Gives the present instant in epoch milliseconds. Everything that reads time reads it here. */
export type Now = () => number;
