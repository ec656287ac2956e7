"""Pages of certificates, their verification and the badge."""
