"""Tests of the cat."""
