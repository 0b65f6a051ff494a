"""What the ports are made of, named by technology. No adapter knows another one."""
