"""What pages share: the frame, the filters, figures from results, results in words."""
