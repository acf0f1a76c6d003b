/** Which backend a request goes to, in the words of the configuration. */
export interface Place {
  readonly service: string;
  readonly endpoint: string;
}
