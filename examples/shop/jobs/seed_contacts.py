"""Fills an org with invented contacts."""
from faker import Faker
from simple_salesforce import Salesforce

fake = Faker()


def run(url, key, pem):
    org = Salesforce(instance_url=url, consumer_key=key, privatekey_file=pem)
    for _ in range(200):
        org.Contact.create({"LastName": fake.last_name(), "Email": fake.email()})
