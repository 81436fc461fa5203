/** Why somebody is at the first page again, when they did not sign out themselves. */
export type Farewell = "signed_out_elsewhere" | "account_ended";
