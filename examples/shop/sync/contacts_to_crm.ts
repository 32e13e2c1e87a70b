import jsforce from "jsforce";
import { rejectSynthetic } from "../lib/guards";

const conn = new jsforce.Connection({ instanceUrl: process.env.SF_INSTANCE_URL });

/** Sends the contacts that somebody is. */
export async function run(contacts) {
  await conn.sobject("Contact").upsert(contacts.filter(rejectSynthetic), "External_Id__c");
}
