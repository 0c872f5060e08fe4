"""Frameworks as spreadsheets: CSV and XLSX."""
