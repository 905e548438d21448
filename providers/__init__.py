"""Providers: who may care for children, and with which places."""
