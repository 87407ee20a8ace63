"""Open data: the site's figures as CSV with metadata, as JSON, and as OCDS. Like pages, it is made from the site and what is shown of its cells, and from nothing else."""
