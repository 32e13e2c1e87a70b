import { history } from "../../lib/history";

/** The customer's orders. */
export default function Orders() {
  return (
    <ul>
      {history().map((order) => (
        <li key={order.id}>{order.total}</li>
      ))}
    </ul>
  );
}
