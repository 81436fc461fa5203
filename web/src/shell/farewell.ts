/** What somebody is told at the first page who was inside: they did not sign out themselves, or it did not go all the way. */
export type Farewell = "signed_out_elsewhere" | "account_ended" | "server_not_told";
