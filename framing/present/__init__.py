"""Reports: findings, tables, and the stamp that says where the numbers come from."""
