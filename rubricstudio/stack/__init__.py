"""What `./run` is made of: the environment, the embedded servers and who watches over them.

Only the standard library is imported here, because this code runs before anything is installed.
"""
