"""What the screens about titles that need not be on the list share: columns, marks, and the title under the cursor."""
