"""What is kept on disk: the rows of each block while a build runs, and the finished folder of tables."""
