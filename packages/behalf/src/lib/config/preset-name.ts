/** The products that there are settings for. */
export type PresetName = "entra" | "keycloak" | "auth0" | "okta" | "cognito" | "apigee";
