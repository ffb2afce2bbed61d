"""What the applicant checks: the case in large type, on this screen and on a second terminal."""
