"""The pages of the site: one module for each kind. They take the site, what is shown of its cells, and nothing else."""
