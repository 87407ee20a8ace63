"""The public site and its open data: pure functions of the published cells, the texts of the contract, and nothing else."""
