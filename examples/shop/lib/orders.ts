export const paid = async () => (await fetch("/internal/orders?state=paid")).json();
