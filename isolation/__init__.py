"""Code of strangers in processes of its own, behind walls, and what stands for it in this one."""
