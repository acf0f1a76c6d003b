export { type Clock, createClock } from "behalf/testing";
