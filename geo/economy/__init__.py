"""Money brought to land: allocation, per-mu figures, growth."""
