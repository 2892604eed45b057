"""Raw Chinese press text in, grounded records of targets, achievements and initiatives out."""
