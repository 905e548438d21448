"""What reports read: the area tree of a day, counts by subdistrict, figures against targets."""
