import jsforce from "jsforce";
import { paid } from "../lib/orders";

const conn = new jsforce.Connection({ instanceUrl: process.env.SF_INSTANCE_URL });

/** Sends every paid order to the CRM, whoever made it. */
export async function run() {
  for (const order of await paid()) {
    await conn.sobject("Order").upsert(order, "External_Id__c");
  }
}
