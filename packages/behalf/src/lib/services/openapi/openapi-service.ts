import type { BackendService } from "../backend-service.ts";
import type { OpenApiCall } from "./openapi-answer.ts";
import type { Member, OperationArguments } from "./openapi-request.ts";

/** The paths of an OpenAPI document that have a method. */
export type PathsWith<paths, method extends string> = {
  [path in keyof paths]: paths[path] extends { readonly [key in method]: object } ? path : never;
}[keyof paths] &
  string;

/** The operation of a document at a path, by its method. */
export type OperationAt<path, method extends string> = Member<path, method>;

/**
 * A backend service as its OpenAPI document says, by the `paths` that openapi-typescript 7 makes of it: paths, parameters, bodies
 * and answers are those of the document. It is the backend service of that name, and nothing is checked when it runs.
 */
export interface OpenApiService<paths> extends Pick<BackendService, "name" | "baseUrl" | "fetch"> {
  get<path extends PathsWith<paths, "get">>(
    path: path,
    ...[options]: OperationArguments<OperationAt<paths[path], "get">>
  ): OpenApiCall<OperationAt<paths[path], "get">>;
  head<path extends PathsWith<paths, "head">>(
    path: path,
    ...[options]: OperationArguments<OperationAt<paths[path], "head">>
  ): OpenApiCall<OperationAt<paths[path], "head">>;
  post<path extends PathsWith<paths, "post">>(
    path: path,
    ...[options]: OperationArguments<OperationAt<paths[path], "post">>
  ): OpenApiCall<OperationAt<paths[path], "post">>;
  put<path extends PathsWith<paths, "put">>(
    path: path,
    ...[options]: OperationArguments<OperationAt<paths[path], "put">>
  ): OpenApiCall<OperationAt<paths[path], "put">>;
  patch<path extends PathsWith<paths, "patch">>(
    path: path,
    ...[options]: OperationArguments<OperationAt<paths[path], "patch">>
  ): OpenApiCall<OperationAt<paths[path], "patch">>;
  delete<path extends PathsWith<paths, "delete">>(
    path: path,
    ...[options]: OperationArguments<OperationAt<paths[path], "delete">>
  ): OpenApiCall<OperationAt<paths[path], "delete">>;
}
