"""Fills a sandbox with invented accounts, and nothing else."""
from faker import Faker
from simple_salesforce import Salesforce

fake = Faker()


def run(url, key, pem):
    org = Salesforce(instance_url=url, consumer_key=key, privatekey_file=pem)
    if not org.query("SELECT IsSandbox FROM Organization")["records"][0]["IsSandbox"]:
        raise SystemExit("this org is no sandbox")
    for _ in range(200):
        org.Account.create({"Name": fake.company()})
