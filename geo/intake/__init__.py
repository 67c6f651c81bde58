"""An office's folder read, and what each file of it is: the first half of `mujun init --from`.

`model` holds what is found and guessed; `folder` reads every file; `roles` guesses. Nothing here is
imported by a run: what was guessed stands in the project file, where the office has seen it.
"""
